//! The client, over a socket and in process.

extern crate savia_starter_test as savia;
