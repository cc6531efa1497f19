-- savia: foreign_keys = off
create table shaken (id integer primary key);
