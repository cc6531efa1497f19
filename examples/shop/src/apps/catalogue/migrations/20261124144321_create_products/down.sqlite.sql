-- savia: foreign_keys = off

drop table products;
