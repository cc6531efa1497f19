//! Tests and benchmarks of the system as a whole. The library is empty: what there is stands in
//! `tests/` (architecture, macros as a user meets them) and `benches/` (see the README there).
