use super::*;
use keyholder_console::news::Place;
use keyholder_console::order::Receipt;
use std::io::{PipeReader, PipeWriter};
use std::sync::mpsc::Receiver;
use std::thread;

/// A broker at the other end of two pipes.
struct Broker {
    from: PipeReader,
    to: PipeWriter,
}

/// What the channel told of itself.
struct Heard {
    news: Receiver<News>,
    end: Receiver<()>,
}

fn open() -> (Channel, Broker, Heard) {
    let (from_broker, to) = std::io::pipe().unwrap();
    let (from, to_broker) = std::io::pipe().unwrap();
    let (say_news, news) = mpsc::channel();
    let (say_end, end) = mpsc::channel();
    let on_news = move |piece| say_news.send(piece).unwrap();
    let channel = Channel::open(from_broker, to_broker, on_news, move || say_end.send(()).unwrap_or_default());
    (channel, Broker { from, to }, Heard { news, end })
}

impl Broker {
    fn hear(&mut self) -> (u64, Order) {
        let mut payload = Vec::new();
        let header = read_frame(&mut self.from, &mut payload).unwrap().unwrap();
        assert_eq!(header.kind, Kind::Order);
        (header.sequence, Ask::parse(&payload).unwrap())
    }

    fn say(&mut self, kind: Kind, sequence: u64, payload: &[u8]) {
        write_frame(&mut self.to, Header::of(kind, sequence, payload).unwrap(), payload).unwrap();
    }

    fn reply(&mut self, sequence: u64, note: &str) {
        let receipt = Answer::Done(Receipt { note: Some(note.to_owned()) });
        self.say(Kind::Result, sequence, &serde_json::to_vec(&Reply::Answer(receipt)).unwrap());
    }

    fn tell(&mut self, news: &News) {
        self.say(Kind::News, 0, &serde_json::to_vec(news).unwrap());
    }
}

fn note(answer: Answer) -> String {
    match answer {
        Answer::Done(Receipt { note: Some(note) }) => note,
        other => panic!("{other:?}"),
    }
}

fn is_gone(result: &Result<Answer, ConsoleError>) -> bool {
    *result == Err(gone())
}

#[test]
fn each_order_gets_its_own_reply_whatever_comes_first() {
    let (channel, mut broker, _heard) = open();
    let orders: Vec<_> = ["a", "b", "c"]
        .map(|name| {
            let channel = channel.clone();
            thread::spawn(move || note(channel.order(Order::ShowServer { name: name.to_owned() }).unwrap()))
        })
        .into();
    let mut heard: Vec<_> = (0..3).map(|_| broker.hear()).collect();
    heard.sort_by_key(|(sequence, _)| std::cmp::Reverse(*sequence));
    for (sequence, order) in heard {
        let Order::ShowServer { name } = order else { panic!("{order:?}") };
        broker.reply(sequence, &name);
    }
    let replies: Vec<_> = orders.into_iter().map(|order| order.join().unwrap()).collect();
    assert_eq!(replies, ["a", "b", "c"]);
}

#[test]
fn what_the_broker_refuses_is_an_error_and_the_channel_goes_on() {
    let (channel, mut broker, _heard) = open();
    let asking = channel.clone();
    let asked = thread::spawn(move || asking.order(Order::Unlock));
    let (sequence, _) = broker.hear();
    let refused = ConsoleError::new(Code::Locked);
    broker.say(Kind::Result, sequence, &serde_json::to_vec(&Reply::Error(refused.clone())).unwrap());
    assert_eq!(asked.join().unwrap(), Err(refused));
    let asked = thread::spawn(move || channel.order(Order::Lock));
    let (sequence, _) = broker.hear();
    broker.reply(sequence, "locked");
    assert_eq!(note(asked.join().unwrap().unwrap()), "locked");
}

#[test]
fn news_come_in_their_order_while_an_order_waits() {
    let (channel, mut broker, heard) = open();
    let asked = thread::spawn(move || channel.order(Order::Status));
    let (sequence, _) = broker.hear();
    let told = [News::Asked { question: "q".to_owned() }, News::Show(Place::Grants.into()), News::Paused];
    for news in &told {
        broker.tell(news);
    }
    broker.reply(sequence, "so");
    assert_eq!(heard.news.iter().take(3).collect::<Vec<_>>(), told);
    assert_eq!(note(asked.join().unwrap().unwrap()), "so");
}

#[test]
fn a_broker_that_goes_leaves_nobody_waiting() {
    let (channel, mut broker, heard) = open();
    let asking = channel.clone();
    let asked = thread::spawn(move || asking.order(Order::Status));
    broker.hear();
    drop(broker);
    assert!(is_gone(&asked.join().unwrap()));
    heard.end.recv().unwrap();
    assert!(is_gone(&channel.order(Order::Lock)));
    assert!(is_gone(&channel.order(Order::Lock)), "ever after");
    assert!(heard.end.recv().is_err(), "the end comes once");
}

#[test]
fn what_does_not_belong_on_the_channel_ends_it() {
    let junk: [(&str, Kind, u64, &[u8]); 6] = [
        ("news that are none", Kind::News, 0, b"{\"news\":\"yes\"}"),
        ("news with a sequence", Kind::News, 1, b"{\"news\":\"leave\"}"),
        ("a reply that is none", Kind::Result, 1, b"[]"),
        ("a reply to no order", Kind::Result, 7, b"{\"error\":{\"code\":\"denied\",\"subject\":null,\"detail\":null}}"),
        ("an order to the face", Kind::Order, 1, b"{\"version\":1,\"order\":{\"order\":\"lock\"}}"),
        ("a frame of a bridge", Kind::Answer, 1, b"{}"),
    ];
    for (what, kind, sequence, payload) in junk {
        let (channel, mut broker, heard) = open();
        let asked = thread::spawn(move || channel.order(Order::Status));
        broker.hear();
        broker.say(kind, sequence, payload);
        assert!(is_gone(&asked.join().unwrap()), "{what}");
        heard.end.recv().unwrap();
        assert!(heard.news.recv().is_err(), "{what}");
    }
}

#[test]
fn a_broken_frame_ends_the_channel() {
    let (channel, mut broker, heard) = open();
    broker.to.write_all(&[0xff; 32]).unwrap();
    heard.end.recv().unwrap();
    assert!(is_gone(&channel.order(Order::Lock)));
}

#[test]
fn an_order_that_is_too_long_is_refused_and_the_channel_goes_on() {
    let (channel, mut broker, _heard) = open();
    let long = Order::AddRule { text: "x".repeat(2 << 20) };
    assert_eq!(channel.order(long).unwrap_err().code, Code::Invalid);
    let asked = thread::spawn(move || channel.order(Order::Lock));
    let (sequence, order) = broker.hear();
    assert_eq!(order, Order::Lock);
    broker.reply(sequence, "locked");
    assert_eq!(note(asked.join().unwrap().unwrap()), "locked");
}
