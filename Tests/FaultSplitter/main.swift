// Runs an operation on a book once, with processes that fork at each allocation or at some, and
// reports their outcomes:
//
//     fault-splitter <book> <operation> <first> <step> <found>
//
// Every `step`th allocation fails, from the `first` on, counted from 1. The book's folder as left
// by the processes is copied to numbered folders below `found`. For the output see `Report`.
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
