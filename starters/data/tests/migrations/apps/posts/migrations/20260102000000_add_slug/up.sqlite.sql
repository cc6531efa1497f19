alter table posts add column slug text;
