insert into products (sku, name, price, in_stock, version, created_at, updated_at)
values
    ('mug', 'A mug with a crab', 9.90, 12, 1, '2026-01-02Z', '2026-01-02Z'),
    ('shirt', 'A shirt with a gear', 24.90, 3, 1, '2026-01-02Z', '2026-01-02Z');
