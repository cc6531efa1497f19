    name text not null,
    queue text not null,
    payload text not null,
    priority integer not null,
    max_retries integer not null,
    -- -1 ready, and maybe what its worker died of; 0 ready, 1 delayed, 2 running, 3 succeeded, 4 dead, 5 cancelled
    state integer not null,
    -- Times are microseconds since the beginning of 1970.
    run_at bigint not null,
    attempts integer not null default 0,
    losses integer not null default 0,
    -- How often it was taken: who settles it names the run.
    run integer not null default 0,
    cancel integer not null default 0,
    unique_key text,
    unique_until bigint,
    trace_parent text,
    enqueued_at bigint not null,
    started_at bigint,
    finished_at bigint,
    lease_until bigint,
    worker text,
    last_error text,
    result text,
    progress text
);
-- Each holds only the rows that its statement looks for, so that outcomes cost it nothing.
create index savia_tasks_ready on savia_tasks (queue, priority desc, id) where state = 0;
create index savia_tasks_suspects on savia_tasks (queue, priority desc, id) where state = -1;
create index savia_tasks_delayed on savia_tasks (queue, run_at) where state = 1;
create index savia_tasks_running on savia_tasks (lease_until) where state = 2;
create index savia_tasks_finished on savia_tasks (state, finished_at) where state >= 3;
create unique index savia_tasks_unique on savia_tasks (queue, unique_key) where unique_key is not null;
create table savia_task_queues (
    queue varchar(100) not null primary key,
    paused integer not null
);
create table savia_task_schedules (
    name varchar(100) not null primary key,
    last_at bigint not null
);
