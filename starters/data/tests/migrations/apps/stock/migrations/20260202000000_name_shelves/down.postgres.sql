alter table shelves drop column label;
alter table shelves alter column name drop not null;
