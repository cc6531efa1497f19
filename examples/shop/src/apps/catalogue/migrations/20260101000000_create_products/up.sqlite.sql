create table products (
    id integer primary key autoincrement,
    sku text not null unique check (length(sku) <= 40),
    name text not null check (length(name) <= 200),
    price bigint not null, -- in hundredths
    in_stock integer not null,
    version integer not null,
    created_at text not null,
    updated_at text not null,
    check (price >= 0),
    check (in_stock >= 0)
);
