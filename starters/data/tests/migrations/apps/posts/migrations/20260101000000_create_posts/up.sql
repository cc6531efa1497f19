create table posts (id bigint primary key, title text not null);
insert into posts values (1, 'Hello');
