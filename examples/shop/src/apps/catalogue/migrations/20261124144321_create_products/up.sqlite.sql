create table products (
    id integer primary key autoincrement,
    sku text not null check (length(sku) <= 40),
    name text not null check (length(name) <= 200),
    price bigint not null check (abs(price) < 1000000000000), -- in hundredths
    in_stock integer not null,
    version integer not null,
    created_at text not null,
    updated_at text not null,
    check (price >= 0),
    check (in_stock >= 0)
);

create unique index products_sku_key on products (sku);
