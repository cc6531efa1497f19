-- savia: foreign_keys = off
create table old_shelves (id integer primary key, name text);
insert into old_shelves select id, name from shelves;
drop table shelves;
alter table old_shelves rename to shelves;
