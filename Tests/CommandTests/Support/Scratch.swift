import TestSupport

/// Spares each file of tests an import.
typealias Scratch = TestSupport.Scratch
