delete from products where sku in ('mug', 'shirt');
