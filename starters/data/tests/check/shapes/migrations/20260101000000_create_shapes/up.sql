create table shapes (id bigint primary key, name text not null, sides integer not null);
