//! A short form of the soak test in `benches/soak`: the same calls, faults and checks with fewer
//! calls, against an emulator in this process.

#[path = "../../benches/soak/src/soak.rs"]
mod soak;

use alibabacloud_emulator::Emulator;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_has_one_outcome_and_every_write_its_executions() {
    let emulator = Emulator::builder().start().await.unwrap();
    let (id, secret) = (emulator.access_key_id(), emulator.access_key_secret());
    let soak = soak::Soak::new(&emulator.url(), id, secret, 5_000, false).unwrap();
    let report = soak.run().await.unwrap();
    println!("{report}");
    assert_eq!(report.failed_checks, Vec::<String>::new());
}
