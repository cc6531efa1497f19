create table posts (
    id integer primary key,
    title text not null,
    body text not null,
    number integer not null,
    version integer not null,
    created_at text not null
);

with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 10000)
insert into posts (id, title, body, number, version, created_at)
select
    n,
    'Post ' || n,
    'A body of some length, as a body is: number ' || n || ' of ten thousand, no two the same.',
    n * 7919 % 10000,
    1,
    '2026-01-01T00:00:' || printf('%02d', n % 60) || '.' || printf('%06d', n * 97) || 'Z'
from numbers;
