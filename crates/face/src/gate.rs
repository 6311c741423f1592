//! Which orders the main window may give, and by which of its three commands. What answers a question is given by the approval
//! window alone, and never as an order.

use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Authority, Order};

/// Whether the main window may give this order by a command for such orders.
///
/// # Errors
/// [`Code::Denied`] for the approval window's own; [`Code::Invalid`] where another command is for it.
pub fn pass(order: Order, by: Authority) -> Result<Order, ConsoleError> {
    if order.is_the_faces_own() {
        return Err(ConsoleError::face_only().about(order.name()));
    }
    if order.authority() != by {
        return Err(ConsoleError::new(Code::Invalid).about(order.name()).because("another command is for this order"));
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_passes_by_the_command_for_its_authority_only() {
        let lock = || Order::Lock;
        assert_eq!(pass(lock(), Authority::Lowers), Ok(Order::Lock));
        assert_eq!(pass(lock(), Authority::Reads).unwrap_err().code, Code::Invalid);
        assert_eq!(pass(lock(), Authority::Raises).unwrap_err().code, Code::Invalid);
        assert_eq!(pass(Order::Unlock, Authority::Raises), Ok(Order::Unlock));
        assert_eq!(pass(Order::Unlock, Authority::Lowers).unwrap_err().code, Code::Invalid);
        assert_eq!(pass(Order::Status, Authority::Reads), Ok(Order::Status));
    }

    #[test]
    fn the_main_window_answers_no_question() {
        let question = "q".to_owned();
        let own = [
            Order::Answer { question: question.clone(), digest: String::new(), choice: "allow_once".to_owned() },
            Order::Edit { question: question.clone(), digest: String::new(), arguments: "{}".to_owned() },
            Order::OfferPattern { question: question.clone(), bounds: Vec::new() },
            Order::Seen { question: question.clone() },
            Order::ShowRaw { question },
        ];
        for order in own {
            for by in [Authority::Lowers, Authority::Raises, Authority::Reads] {
                assert_eq!(pass(order.clone(), by).unwrap_err().code, Code::Denied, "{}", order.name());
            }
        }
    }
}
