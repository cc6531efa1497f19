-- savia: foreign_keys = off
create table new_shelves (id integer primary key, name text not null, label text);
insert into new_shelves (id, name) select id, name from shelves;
drop table shelves;
alter table new_shelves rename to shelves;
