//! A module belongs to one app.

savia::app! { name: "posts" }
savia::app! { name: "users" }

fn main() {}
