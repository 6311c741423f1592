//! The answers that the bridge gives itself, when the broker cannot.

use serde_json::json;

/// What a request was, as far as its answer's shape depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// `tools/call`: a failure is a result with `isError`, which a model can read (MCP tools, error handling).
    Tool,
    /// Everything else: a JSON-RPC error.
    Other,
}

impl Shape {
    /// The shape that a method's answer has.
    pub(super) fn of(method: &str) -> Self {
        if method == "tools/call" { Self::Tool } else { Self::Other }
    }
}

/// One line, with its line end, that answers the request with this raw id.
pub(super) fn answer(id: &str, shape: Shape, sentence: &str) -> String {
    let body = match shape {
        Shape::Tool => {
            format!("\"result\":{}", json!({ "content": [{ "type": "text", "text": sentence }], "isError": true }))
        }
        Shape::Other => format!("\"error\":{}", json!({ "code": INTERNAL, "message": sentence })),
    };
    // The id goes back as it came: `1`, `1.0` and `"1"` are three ids (JSON-RPC 2.0 §4, catalogue case 98).
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},{body}}}\n")
}

/// The answer to a line that was too long to be read.
pub(super) fn too_long(limit: usize) -> String {
    let message = format!("a message of more than {limit} bytes was discarded");
    format!("{}\n", json!({ "jsonrpc": "2.0", "id": null, "error": { "code": INVALID_REQUEST, "message": message } }))
}

/// What a request that was under way is told when the broker dies.
pub(super) const LOST: &str = "Keyholder's broker stopped while this request was under way; whether the server acted on it is unknown. \
     Check before you repeat it.";

const INTERNAL: i32 = -32603;
const INVALID_REQUEST: i32 = -32600;
