create table authors (id bigint primary key, post_id bigint references posts (id));
