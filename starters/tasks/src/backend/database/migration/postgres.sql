-- A queue is nearly empty and changes all the time: what has gone is cleared away early.
alter table savia_tasks set (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.05
);
