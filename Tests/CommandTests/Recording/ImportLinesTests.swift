import Foundation
import TestSupport
import Testing

@Suite("lorabook import of JSON lines and of columns of one's own")
struct ImportLinesTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func state() throws -> String {
    try scratch.sqlite(
      """
      SELECT run, rank, step, metric, coalesce(value, diverged)
      FROM metrics JOIN runs USING (run_id) ORDER BY 1, 3, 4;
      SELECT count(*) FROM executions
      """)
  }

  @Test("records each line once, however often and in however many pieces it is imported")
  func once() throws {
    let lines = [
      #"{"sweep":"ft","run":"a","rank":8,"step":1,"metrics":{"loss":1}}"#,
      #"{"sweep":"ft","step":1,"metrics":{"loss":2}}"#,
      #"{"sweep":"ft","metrics":{"eval":3}}"#,
      #"{"sweep":"ft","run":"a","step":2,"metrics":{"loss":"nan"}}"#,
      #"{"sweep":"ft","step":2,"metrics":{"loss":4}}"#,
    ]
    for count in 1...lines.count {
      try scratch.write(lines.prefix(count).joined(separator: "\n") + "\n", to: "spool.jsonl")
      let result = try scratch.bash("mkdir -p x; cp spool.jsonl x; lorabook import x/spool.jsonl")
      #expect(result.status == 0, "\(result.errors)")
    }
    let before = try state()
    #expect(
      before
        == "a|8|1|loss|1.0\na|8|2|loss|nan\nspool.jsonl||1|loss|2.0\nspool.jsonl||2|loss|4.0\nspool.jsonl:3|||eval|3.0\n5"
    )
    let again = try scratch.lorabook("import", "spool.jsonl")
    #expect(again.errors == "0 runs imported into sweep 1 'ft'\n")
    #expect(try state() == before)
    #expect(try scratch.lorabook("doctor", "--quiet").status == 0)
  }

  @Test("records all files or none, and says where the bad line is")
  func allOrNothing() throws {
    try scratch.write(
      "{\"sweep\":\"ft\",\"run\":\"a\",\"step\":1,\"metrics\":{\"loss\":1}}\n", to: "a.jsonl")
    try scratch.write(
      "{\"sweep\":\"ft\",\"run\":\"b\",\"error\":1}\n{\"sweep\":\"ft\",\"run\":\"a\",\"step\":1,\"metrics\":{\"loss\":2}}\n",
      to: "b.jsonl")
    let result = try scratch.lorabook("import", "a.jsonl", "b.jsonl")
    #expect(result.status == 65)
    #expect(
      result.errors.contains("b.jsonl:2: the run 'a' has loss 1 at step 1"), "\(result.errors)")
    #expect(try scratch.files() == ["a.jsonl", "b.jsonl"])
  }

  @Test("leaves out a last line that was not written to its end, and takes it when it was")
  func torn() throws {
    let first = "{\"sweep\":\"ft\",\"run\":\"a\",\"step\":1,\"metrics\":{\"loss\":1}}\n"
    let second = "{\"sweep\":\"ft\",\"run\":\"a\",\"step\":2,\"metrics\":{\"loss\":1}}"
    try scratch.write(first + second.prefix(30), to: "a.jsonl")
    let torn = try scratch.lorabook("import", "a.jsonl")
    #expect(torn.status == 0)
    #expect(torn.errors.contains("a.jsonl:2: the last line was not written to its end"))
    try scratch.write(first + second, to: "a.jsonl")
    #expect(try scratch.lorabook("import", "a.jsonl").errors.hasPrefix("0 runs, 1 value,"))
    // In the middle of a file it is bad.
    try scratch.write(second.prefix(30) + "\n" + first, to: "a.jsonl")
    #expect(try scratch.lorabook("import", "a.jsonl").status == 65)
  }

  @Test("refuses two files of one name, as runs without a name are known by it")
  func sameName() throws {
    let result = try scratch.bash(
      """
      mkdir x y; echo '{"sweep":"ft","metrics":{"loss":1}}' | tee x/a.jsonl > y/a.jsonl
      lorabook import x/a.jsonl y/a.jsonl
      """)
    #expect(result.status == 64 && result.errors.contains("two files are called 'a.jsonl'"))
  }

  @Test("takes from a CSV file what --map, --metrics, --params and --set say, and names the rest")
  func columns() throws {
    try scratch.write(
      "Name,lora_alpha,r,use_rslora,eval/loss,lr,Runtime\nx,32,16,true,0.5,2e-4,7\ny,32,8,false,nan,,8\n",
      to: "wandb.csv")
    let result = try scratch.lorabook(
      "import", "wandb.csv", "--name", "ft", "--map",
      "run=Name,alpha=lora_alpha,rank=r,rslora=use_rslora", "--metrics", "eval/loss", "--params",
      "lr", "--set", "shape=768x64,profile=q")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.errors
        == "lorabook: wandb.csv: left out 'Runtime'.\n2 runs, 2 values, imported into sweep 1 'ft'\n"
    )
    #expect(
      try scratch.lorabook("export").output == """
        run_id,sweep_id,sweep,seed,d,k,profile,noise,rank,alpha,rule,scale,error,truncation_error,variance_captured,run,metric.eval/loss,param.lr
        1,1,ft,,768,64,q,,16,32,rslora,8,,,,x,0.5,0.0002
        2,1,ft,,768,64,q,,8,32,lora,4,,,,y,nan,

        """)
  }

  @Test(
    "refuses a choice of columns that cannot be meant",
    arguments: [
      ("--map rank=nothere", "'nothere' is missing", 65), ("--metrics x,nothere", "'nothere'", 65),
      ("--map rank", "--map: 'rank' has no '='", 64),
      ("--set lr=1", "--set: 'lr' is no setting", 64),
      ("--set rank=0 --metrics x", "--set: rank: '0'", 64),
      ("--params x", "no column is a metric", 65),
      ("--map error=x,rank=y --params y", "'rank' is a setting of every run", 65),
      ("--metrics x --set shape=8", "--set: shape: '8'", 64),
    ])
  func refused(options: String, words: String, status: Int32) throws {
    try scratch.write("x,y\n1,2\n", to: "a.csv")
    let result = try scratch.bash("lorabook import a.csv --name n \(options)")
    #expect(result.status == status && result.errors.contains(words), "\(result.errors)")
    #expect(try scratch.files() == ["a.csv"])
  }

  @Test("reads back what export wrote of names, metrics and parameters, byte for byte")
  func roundTrip() throws {
    let result = try scratch.bash(
      """
      lorabook log --sweep ft --run 'a, "b"' --rank 8 --param lr=1e-300 --param task=sst2 --metric loss=nan --metric acc=0.1 &&
      lorabook log --sweep ft --metric loss=0.30000000000000004 --seed 3 --profile p &&
      lorabook export -o one.csv && lorabook import one.csv --db two.db && lorabook export --db two.db -o two.csv &&
      cmp one.csv two.csv && lorabook import two.csv --db two.db --append && lorabook doctor --db two.db --quiet
      """)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(
      try scratch.read("one.csv").hasPrefix(
        "run_id,sweep_id,sweep,seed,d,k,profile,noise,rank,alpha,rule,scale,error,truncation_error,variance_captured,run,metric.acc,metric.loss,param.lr,param.task\n1,1,ft,,,,,,8,,,,,,,\"a, \"\"b\"\"\",0.1,nan,1e-300,sst2\n"
      ))
    // The run with a name is there once.
    #expect(try scratch.sqlite("SELECT count(*) FROM runs", book: "two.db") == "3")
  }

  @Test("export gives metrics and parameters long and wide")
  func tables() throws {
    let result = try scratch.bash(
      """
      for step in 1 2; do lorabook log --sweep ft --run a --param lr=0.1 --info lr=x --metric b=$step --metric a=inf --step $step; done
      lorabook log --sweep ft --run a --metric a=5
      lorabook export --table metrics; lorabook export --table metrics --wide
      lorabook export --table params; lorabook export --table params --wide
      lorabook export --table metrics --wide --where "metric = 'b'"
      lorabook export --wide; echo $?
      """)
    #expect(
      result.output == """
        run_id,sweep_id,sweep,step,metric,value,diverged
        1,1,ft,1,a,,inf
        1,1,ft,1,b,1,
        1,1,ft,2,a,,inf
        1,1,ft,2,b,2,
        1,1,ft,,a,5,
        run_id,sweep_id,sweep,step,a,b
        1,1,ft,1,inf,1
        1,1,ft,2,inf,2
        1,1,ft,,5,
        run_id,sweep_id,sweep,name,value,kind
        1,1,ft,lr,0.1,param
        1,1,ft,lr,x,info
        run_id,sweep_id,sweep,info.lr,lr
        1,1,ft,x,0.1
        run_id,sweep_id,sweep,step,b
        1,1,ft,1,1
        1,1,ft,2,2
        64

        """, "\(result.output)\(result.errors)")
  }

  @Test("a single run is noted, also one that has no name, and a computed one is not")
  func note() throws {
    let result = try scratch.bash(
      """
      lorabook log --sweep ft --metric x=1 && lorabook edit --run 1 --note 'a typo' &&
      lorabook edit --run 1 --note 'no typo' && lorabook doctor --quiet && lorabook sweep --quiet > /dev/null
      for options in '--run 2 --note x' '--run 99 --note x' '--run x --note x' '--run 1 --name x' '1 --run 1 --note x'; do
        lorabook edit $options 2> /dev/null; echo $?
      done
      """)
    #expect(result.output == "64\n66\n64\n64\n64\n", "\(result.output)\(result.errors)")
    #expect(try scratch.sqlite("SELECT run_id, name, note FROM logged_run") == "1||no typo")
  }
}
