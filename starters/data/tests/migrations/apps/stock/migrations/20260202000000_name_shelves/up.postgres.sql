alter table shelves alter column name set not null;
alter table shelves add column label text;
