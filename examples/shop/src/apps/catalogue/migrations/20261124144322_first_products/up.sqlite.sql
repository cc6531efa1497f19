insert into products (sku, name, price, in_stock, version, created_at, updated_at)
values
    ('mug', 'A mug with a crab', 990, 12, 1, '2026-01-02 00:00:00.000000', '2026-01-02 00:00:00.000000'),
    ('shirt', 'A shirt with a gear', 2490, 3, 1, '2026-01-02 00:00:00.000000', '2026-01-02 00:00:00.000000');
