create table shelves (id integer primary key, name text);
create table items (id integer primary key, shelf_id bigint not null references shelves on delete cascade);
insert into shelves values (1, 'left');
insert into items values (7, 1);
