//! What an app must say of itself.

mod unnamed {
    savia::app! {}
}

mod camel {
    savia::app! { name: "BlogPosts" }
}

mod misspelt {
    savia::app! { nme: "posts", requires: "users" }
}

mod unlabelled {
    savia::app!("posts");
}

mod starter {
    savia::starter! { name: "mail", requires: ["users"] }
}

fn main() {}
