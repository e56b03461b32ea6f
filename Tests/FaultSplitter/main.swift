// Carries out an operation on a book once, with processes that split off at each allocation or at some, and says what
// became of them:
//
//     fault-splitter <book> <operation> <first> <step> <found>
//
// Of the allocations each `step`th fails, from the `first` on, counted from 1. What the folder of the book held behind
// them lies in folders below `found`, which are named by numbers. For what is written see `Report`.
import CFaultInjection
import FaultOperations
import Glibc

let words = CommandLine.arguments
guard words.count == 6, let first = Int(words[3]), let step = Int(words[4]), step > 0,
  let operation = FaultOperation.all.first(where: { $0.name == words[2] })
else {
  print("usage: fault-splitter <book> <operation> <first> <step> <found>")
  exit(64)
}
Splitter(operation, book: words[1], found: words[5]).run(first: first, step: step)
