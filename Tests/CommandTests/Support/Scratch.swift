import TestSupport

/// The harness, so that not every file of tests has to import it.
typealias Scratch = TestSupport.Scratch
