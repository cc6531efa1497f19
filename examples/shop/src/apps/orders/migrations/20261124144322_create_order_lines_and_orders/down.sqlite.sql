-- savia: foreign_keys = off

drop table order_lines;
drop table orders;
