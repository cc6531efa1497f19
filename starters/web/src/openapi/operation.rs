//! One operation of the document, as its handler's types describe it.

use std::collections::BTreeMap;

use savia_core::__private::schemars::JsonSchema;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder, ResponsesBuilder};
use utoipa::openapi::{ContentBuilder, Required};

use super::problem;
use super::schemas::{Described, Property, Schemas, properties};

/// Gathers what a handler's parameters and answers say of themselves; see
/// [`Describe`](super::Describe).
pub struct OperationBuilder<'a> {
    schemas: &'a mut Schemas,
    path_names: Vec<String>,
    parameters: Vec<Parameter>,
    body: Option<RequestBody>,
    responses: BTreeMap<u16, Response>,
    success: u16,
    secured: bool,
    reads: bool,
    reads_json: bool,
    may_fail: bool,
}

/// Where a parameter stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// Behind the question mark.
    Query,
    /// Among the headers.
    Header,
    /// Among the cookies.
    Cookie,
}

impl<'a> OperationBuilder<'a> {
    pub(crate) fn new(schemas: &'a mut Schemas, path_names: Vec<String>, secured: bool) -> Self {
        Self {
            schemas,
            path_names,
            parameters: Vec::new(),
            body: None,
            responses: BTreeMap::new(),
            success: 200,
            secured,
            reads: false,
            reads_json: false,
            may_fail: false,
        }
    }

    /// The names in the route's pattern, in their order.
    pub fn path_names(&self) -> &[String] {
        &self.path_names
    }

    /// The status of a plain answer; 200 unless the route says `status = 201`.
    pub fn success(&mut self, status: u16) {
        self.success = status;
    }

    /// The schema of a type that comes in: a reference, where the type has a name.
    pub fn incoming<T: JsonSchema + ?Sized>(&mut self) -> Described {
        self.schemas.incoming::<T>()
    }

    /// The schema of a type that goes out: a reference, where the type has a name.
    pub fn outgoing<T: JsonSchema + ?Sized>(&mut self) -> Described {
        self.schemas.outgoing::<T>()
    }

    /// Adds a parameter; one that is there already stays.
    pub fn parameter(&mut self, place: Place, name: &str, required: bool, schema: Described) {
        self.add_parameter(
            place,
            Property {
                name: name.to_owned(),
                required,
                description: None,
                described: schema,
            },
        );
    }

    /// Adds a parameter with a description; one that is there already stays.
    pub fn described_parameter(
        &mut self,
        place: Place,
        name: &str,
        required: bool,
        schema: Described,
        description: &str,
    ) {
        self.add_parameter(
            place,
            Property {
                name: name.to_owned(),
                required,
                description: Some(description.to_owned()),
                described: schema,
            },
        );
    }

    fn add_parameter(&mut self, place: Place, property: Property) {
        let parameter_in = match place {
            Place::Path => ParameterIn::Path,
            Place::Query => ParameterIn::Query,
            Place::Header => ParameterIn::Header,
            Place::Cookie => ParameterIn::Cookie,
        };
        self.reads = true;
        if self
            .parameters
            .iter()
            .any(|known| known.name == property.name && known.parameter_in == parameter_in)
        {
            return;
        }
        let required = property.required || place == Place::Path;
        let parameter = ParameterBuilder::new()
            .name(property.name)
            .parameter_in(parameter_in)
            .description(property.description)
            .required(if required {
                Required::True
            } else {
                Required::False
            })
            .schema(Some(self.schemas.place(property.described)));
        self.parameters.push(parameter.build());
    }

    /// Describes what is read from the path: one value, a tuple in the pattern's order, or a
    /// struct by its fields' names.
    pub fn path<T: JsonSchema + ?Sized>(&mut self) {
        let schema = self.schemas.taken_apart::<T>();
        if let Some(parts) = schema.get("prefixItems").and_then(|parts| parts.as_array()) {
            let parts: Vec<_> = parts
                .iter()
                .filter_map(|part| part.clone().try_into().ok())
                .collect();
            for (name, schema) in self.path_names.clone().into_iter().zip(parts) {
                self.parameter(
                    Place::Path,
                    &name,
                    true,
                    Described {
                        schema,
                        incoming: true,
                    },
                );
            }
        } else if schema.get("properties").is_some() {
            for property in properties(&schema) {
                if self.path_names.contains(&property.name) {
                    self.add_parameter(Place::Path, property);
                }
            }
        } else if let [name] = self.path_names.as_slice() {
            let name = name.clone();
            let described = self.incoming::<T>();
            self.parameter(Place::Path, &name, true, described);
        }
    }

    /// Describes what is read from the query: a parameter for each field of the type.
    pub fn query<T: JsonSchema + ?Sized>(&mut self, parameter: &str) {
        let schema = self.schemas.taken_apart::<T>();
        let properties = properties(&schema);
        if !properties.is_empty() {
            for property in properties {
                self.add_parameter(Place::Query, property);
            }
        } else if schema
            .get("additionalProperties")
            .is_some_and(|more| more != false)
        {
            // A map: any name will do.
            let described = Described {
                schema,
                incoming: true,
            };
            let parameter_of = ParameterBuilder::new()
                .name(parameter)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .style(Some(ParameterStyle::Form))
                .explode(Some(true))
                .schema(Some(self.schemas.place(described)));
            self.parameters.push(parameter_of.build());
        }
        self.reads = true;
    }

    /// Describes a body of this media type.
    pub fn body(&mut self, media_type: &str, schema: Described) {
        let content = ContentBuilder::new()
            .schema(Some(self.schemas.place(schema)))
            .build();
        self.add_body(media_type, content);
        self.reads_json |= media_type.ends_with("json") || media_type.contains("form");
    }

    /// Describes a body of this media type that is taken as it is.
    pub fn raw_body(&mut self, media_type: &str) {
        self.add_body(media_type, ContentBuilder::new().build());
    }

    fn add_body(&mut self, media_type: &str, content: utoipa::openapi::Content) {
        let body = RequestBodyBuilder::new()
            .content(media_type, content)
            .required(Some(Required::True));
        self.body = Some(body.build());
        self.reads = true;
    }

    /// Describes what a request may do without: what `describe` adds is not required.
    pub fn optional(&mut self, describe: impl FnOnce(&mut Self)) {
        let (parameters, had_body) = (self.parameters.len(), self.body.is_some());
        describe(self);
        for parameter in &mut self.parameters[parameters..] {
            if parameter.parameter_in != ParameterIn::Path {
                parameter.required = Required::False;
            }
        }
        if let (Some(body), false) = (&mut self.body, had_body) {
            body.required = Some(Required::False);
        }
    }

    /// Describes the plain answer with a body of this media type.
    pub fn answer(&mut self, media_type: &str, schema: Described) {
        let status = self.success;
        self.answer_with(status, media_type, schema);
    }

    /// Describes an answer of this status with a body of this media type.
    pub fn answer_with(&mut self, status: u16, media_type: &str, schema: Described) {
        let content = ContentBuilder::new()
            .schema(Some(self.schemas.place(schema)))
            .build();
        let response = ResponseBuilder::new()
            .description(reason(status))
            .content(media_type, content);
        self.responses.insert(status, response.build());
    }

    /// Describes the plain answer with a body of this media type that is sent as it is.
    pub fn raw_answer(&mut self, media_type: &str) {
        let response = ResponseBuilder::new()
            .description(reason(self.success))
            .content(media_type, ContentBuilder::new().build());
        self.responses.insert(self.success, response.build());
    }

    /// Describes an answer of this status without a body.
    pub fn empty_answer(&mut self, status: u16) {
        self.responses.insert(status, Response::new(reason(status)));
    }

    /// Adds a header to the answer of this status.
    pub fn answer_header(&mut self, status: u16, name: &str, description: &str) {
        let schema = self.schemas.outgoing::<str>();
        let mut header = Header::new(self.schemas.place(schema));
        header.description = Some(description.to_owned());
        if let Some(response) = self.responses.get_mut(&status) {
            response.headers.insert(name.to_owned(), header.into());
        }
    }

    /// A client that has the answer already, and says so by its tag, is told that it still holds.
    pub fn not_modified(&mut self) {
        let success = self.success;
        self.answer_header(success, "ETag", "Names what is in the answer.");
        let response = ResponseBuilder::new().description(reason(304));
        self.responses.insert(304, response.build());
    }

    /// Describes an answer of this status that is a problem.
    pub fn problem(&mut self, status: u16) {
        if !self.responses.contains_key(&status) {
            let response = self.problem_response(reason(status));
            self.responses.insert(status, response);
        }
    }

    /// It may fail: any other status is a problem.
    pub fn may_fail(&mut self) {
        self.may_fail = true;
    }

    fn problem_response(&mut self, description: &str) -> Response {
        let schema = self.schemas.outgoing::<problem::Problem>();
        let content = ContentBuilder::new()
            .schema(Some(self.schemas.place(schema)))
            .build();
        ResponseBuilder::new()
            .description(description)
            .content(problem::MEDIA_TYPE, content)
            .build()
    }

    /// What was gathered, with the problems that follow from it.
    pub(crate) fn build(mut self) -> Operation {
        if self.reads {
            self.problem(400);
        }
        if self.reads_json {
            self.problem(422);
        }
        if self.secured {
            self.problem(401);
            self.problem(403);
        }
        self.may_fail |= self.reads || self.secured;
        for name in std::mem::take(&mut self.path_names) {
            // A pattern's name that no type speaks of is text, and text cannot be wrong.
            let text = self.incoming::<str>();
            self.parameter(Place::Path, &name, true, text);
        }
        let mut responses = ResponsesBuilder::new();
        if self.responses.range(200..400).next().is_none() {
            responses = match self.success {
                // An answer that does not say what it is may have any status that is no error.
                200 => responses.response("2XX", Response::new("Success")),
                status => responses.response(status.to_string(), Response::new(reason(status))),
            };
        }
        if self.may_fail {
            let other = self.problem_response("Any other problem");
            responses = responses.response("default", other);
        }
        for (status, response) in self.responses {
            responses = responses.response(status.to_string(), response);
        }
        let mut operation = Operation::new();
        operation.parameters = (!self.parameters.is_empty())
            .then(|| self.parameters.into_iter().map(Into::into).collect());
        operation.request_body = self.body.map(Into::into);
        operation.responses = responses.build();
        operation
    }
}

/// The description that OpenAPI wants of every answer: the reason phrase.
fn reason(status: u16) -> &'static str {
    actix_web::http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Answer")
}
