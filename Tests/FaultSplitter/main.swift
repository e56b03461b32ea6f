// Carries out an operation on a book once, with processes that split off at each allocation or at some, and says what
// became of them:
//
//     fault-splitter <book> <operation> <most> <found>
//
// `most` is how many allocations fail, 0 for all. What the folder of the book held behind each lies in folders below
// `found`, which are named by numbers. For what is written see `Report`.
import CFaultInjection
import FaultOperations
import Glibc

let words = CommandLine.arguments
guard words.count == 5, let most = Int(words[3]),
  let operation = FaultOperation.all.first(where: { $0.name == words[2] })
else {
  print("usage: fault-splitter <book> <operation> <most> <found>")
  exit(64)
}
let splitter = try Splitter(operation, book: words[1], found: words[4])
try splitter.run(most: most)
