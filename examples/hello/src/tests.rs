use savia::test::TestApp;

#[savia::test]
async fn greets_by_name(app: TestApp) {
    app.get("/hello/Ada")
        .send()
        .await
        .assert_status(200)
        .assert_text("Hello, Ada!");
}

#[savia::test]
async fn greets_in_the_words_of_the_configuration() {
    let app = TestApp::builder()
        .set("hello.greeting", "Ciao")
        .start()
        .await;
    app.get("/hello/Ada").send().await.assert_text("Ciao, Ada!");
}

#[savia::test]
async fn greets_nobody_else(app: TestApp) {
    app.get("/hello").send().await.assert_problem(404);
    app.post("/hello/Ada")
        .send()
        .await
        .assert_problem(405)
        .assert_header("allow", "GET, HEAD, OPTIONS");
}
