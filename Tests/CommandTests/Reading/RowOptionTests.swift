import Foundation
import TestSupport
import Testing

@Suite("Where rows go and how they look")
struct RowOptionTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.bash("lorabook sweep --quiet; lorabook sweep --quiet --seeds 0-9")
  }

  @Test(
    "Every command that prints rows writes them into the file that -o names, by its ending",
    arguments: [
      "ls", "show", "compare", "query", "query error-by-rank", "sql 'SELECT * FROM runs'",
      "export", "verify --quiet", "advise", "sweep --seeds 3",
      "measure --matrix '\(Scratch.weights("numpy/f8.npy"))'",
    ])
  func files(command: String) throws {
    for (ending, format) in [
      ("csv", "csv"), ("tsv", "tsv"), ("json", "json"), ("jsonl", "jsonl"), ("md", "markdown"),
    ] {
      let result = try scratch.bash(
        """
        cp lorabook.db one.db; cp lorabook.db two.db
        lorabook \(command) --db one.db -o rows.\(ending) > out 2> /dev/null || exit 1
        lorabook \(command) --db two.db --format \(format) > expected 2> /dev/null || exit 2
        [ ! -s out ] || exit 3
        [ -s rows.\(ending) ] || exit 4
        """)
      #expect(result.status == 0, "\(command) \(ending): \(result.errors)")
      guard !command.hasPrefix("sweep"), !command.hasPrefix("measure") else { continue }
      #expect(
        try scratch.bash("diff <(sed 's/one.db//' rows.\(ending)) <(sed 's/two.db//' expected)")
          .status == 0, "\(command) \(ending)")
    }
  }

  @Test(
    "An ending that cannot be written is refused, and no file is made",
    arguments: ["rows.xlsx", "rows.pdf", "rows.parquet", "rows.xyz", "rows.XLS"])
  func unknownEndings(name: String) throws {
    let ending = try #require(name.split(separator: ".").last).lowercased()
    let result = try scratch.lorabook("query", "error-by-rank", "-o", name)
    #expect(result.status == 64)
    #expect(result.errors.contains("'\(name)' ends in '.\(ending)'"), "\(result.errors)")
    #expect(result.errors.contains(".csv"))
    #expect(try !scratch.files().contains(name))
    let spreadsheet = try scratch.lorabook(
      "export", "--format", "csv", "-o", name)
    #expect(spreadsheet.status == (ending == "xyz" ? 0 : 64))
  }

  @Test("An empty name of a file is refused before anything is recorded")
  func emptyName() throws {
    let before = try scratch.sqlite("SELECT count(*) FROM sweep")
    for command in ["sweep --name new --seeds 0", "query error-by-rank", "report"] {
      let result = try scratch.bash("lorabook \(command) -o ''")
      #expect(result.status == 64, "\(command)")
      #expect(result.errors.contains("'' is no name of a file"), "\(result.errors)")
    }
    #expect(try scratch.sqlite("SELECT count(*) FROM sweep") == before)
  }

  @Test("A report is refused a name that another format should have", arguments: ["pdf", "json"])
  func reportEndings(ending: String) throws {
    let result = try scratch.lorabook("report", "-o", "page.\(ending)")
    #expect(result.status == 64)
    #expect(result.errors.contains("ends in '.\(ending)', and a report is a page of HTML"))
    #expect(try !scratch.files().contains("page.\(ending)"))
  }

  @Test("A sweep that is exported twice at once is refused, as its runs would count double")
  func exportedTwice() throws {
    let result = try scratch.lorabook("export", "1", "1")
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(result.errors.contains("'1' is a sweep that was named before"))
  }

  @Test("A file of a command that fails is not there, but findings are")
  func failures() throws {
    #expect(try scratch.lorabook("sql", "SELECT nothing FROM runs", "-o", "a.csv").status == 64)
    #expect(try !scratch.files().contains("a.csv"))
    _ = try scratch.sqlite("UPDATE measured_run SET error = error + 1 WHERE run_id = 3")
    #expect(try scratch.lorabook("verify", "1", "-o", "b.csv").status == 1)
    #expect(try scratch.lorabook("doctor", "--quiet", "-o", "c.csv").status == 1)
    #expect(try scratch.bash("grep -c summaries c.csv").output == "1\n")
    let found = try scratch.bash("grep -c error b.csv").output
    #expect(Int(found.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 0)
  }

  @Test("Spreadsheet options mean CSV wherever rows are printed")
  func spreadsheets() throws {
    let excel = try scratch.bash("lorabook query error-by-rank 1 --excel | head -c 3 | xxd -p")
    #expect(excel.output == "efbbbf\n")
    let decimal = try scratch.bash(
      "lorabook compare 1 --decimal-comma 2> /dev/null | sed -n 2p")
    #expect(decimal.output.contains(";") && decimal.output.contains("6,6081"))
    #expect(try scratch.lorabook("ls", "--excel", "--format", "json").status == 64)
  }

  @Test("A query takes its sweep and its parameters as words, and says what is wrong with one")
  func queryWords() throws {
    let long = try scratch.bash(
      "lorabook query rank-for-variance --param sweep=1 --param share=0.95 --format csv")
    let short = try scratch.bash("lorabook query rank-for-variance 1 --share 0.95 --format csv")
    let joined = try scratch.bash("lorabook query rank-for-variance 1 --share=0.95 --format csv")
    #expect(long.output == short.output && long.output == joined.output)
    #expect(long.output.split(separator: "\n").count == 3)
    let most = try scratch.bash("lorabook query best-setting 1 --most-rank 8 --format csv")
    #expect(most.status == 0 && most.output.contains("style,64,64,0.01,8,"))
    for (words, word) in [
      ("rank-for-variance 1 --param sweep=2", "a second time"),
      ("rank-for-variance 1 2", "a second time"),
      ("rank-for-variance 1 --share", "has no value"),
      ("rank-for-variance 1 --shape 3", "no parameter 'shape'"),
      ("sweep-cost 1", "takes no sweep"),
    ] {
      let result = try scratch.bash("lorabook query \(words)")
      #expect(result.status == 64, "\(words)")
      #expect(result.errors.contains(word), "\(words): \(result.errors)")
    }
  }

  @Test("A command that reads takes the latest sweep where none is named, and says so")
  func latest() throws {
    for command in ["show", "compare", "query error-by-rank", "verify", "plot --script"] {
      let result = try scratch.bash("lorabook \(command)")
      #expect(result.status == 0, "\(command): \(result.errors)")
      #expect(
        result.errors.contains("lorabook: the latest sweep, 2 'article-2'"), "\(command)")
    }
  }

  @Test("A list that is given twice is refused, as the second would replace the first")
  func lists() throws {
    for command in [
      "sweep --seeds 0-9 --seeds 5", "sweep --ranks=2 --ranks=4",
      "train --optimizers sgd --optimizers adam",
      "import a.csv --params x --params y",
    ] {
      let result = try scratch.bash("lorabook \(command)")
      #expect(result.status == 64 && result.errors.contains("is given twice"), "\(command)")
    }
    #expect(try scratch.lorabook("sweep", "--tag", "a", "--tag", "b", "--quiet").status == 0)
    for words in ["--tag a,b", "--tag a --tag b", "--tag b,a"] {
      #expect(try scratch.bash("lorabook ls \(words) --format csv").lines.count == 2, "\(words)")
    }
    let none = try scratch.lorabook("ls", "--tag", "a,c")
    #expect(none.errors.contains("no sweep with the tags 'a', 'c'"), "\(none.errors)")
  }

  @Test("A book that is given to import, or a book that is merged into itself, is told what to do")
  func books() throws {
    let book = try scratch.bash("cp lorabook.db other.db; lorabook import other.db")
    #expect(book.status == 65)
    #expect(
      book.errors.contains("'other.db' is a book")
        && book.errors.contains("lorabook merge other.db"))
    let itself = try scratch.bash("ln -s lorabook.db link.db; lorabook merge link.db")
    #expect(itself.status == 64 && itself.errors.contains("is the book to merge into"))
  }

  @Test("A condition that ends too early is told without SQL that nobody wrote")
  func conditions() throws {
    for command in ["export", "ls"] {
      let result = try scratch.lorabook(command, "--where", "rank =")
      #expect(result.status == 64)
      #expect(!result.errors.contains("THEN"), "\(result.errors)")
      #expect(result.errors.contains("it ends before it is complete"))
    }
  }
}
