alter table posts add column slug varchar(80);
