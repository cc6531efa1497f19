drop table items;
drop table shelves;
