create table orders (
    id integer primary key autoincrement,
    email text not null,
    total bigint not null check (abs(total) < 1000000000000), -- in hundredths
    created_at text not null
);

create table order_lines (
    id integer primary key autoincrement,
    order_id bigint not null references orders (id) on delete cascade,
    product_id bigint not null references products (id) on delete restrict,
    sku text not null,
    quantity integer not null check (quantity > 0),
    price bigint not null check (abs(price) < 1000000000000) -- in hundredths
);

create index order_lines_order_id_idx on order_lines (order_id);
create index order_lines_product_id_idx on order_lines (product_id);
