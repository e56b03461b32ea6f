import LoRASpectra
import Testing

struct TrainingRefusalTests {
  @Test(
    "A value that cannot be meant is refused with what is wrong",
    arguments: [
      (SpecField.learningRates, "0", "is not above 0"), (.learningRates, "-0.1", "is not above 0"),
      (.learningRates, "nan", "is not finite"), (.learningRates, "inf", "is not finite"),
      (.learningRates, "1e999", "is not finite"), (.learningRates, "fast", "is no number"),
      (.learningRates, "1e-3:1", "is no range of rates"),
      (.learningRates, "1e-3:1:0", "has no whole number of rates a decade above 0"),
      (.learningRates, "0:1:4", "has the end '0', which is not above 0"),
      (.learningRates, "1e-3:inf:4", "has the end 'inf', which is not finite"),
      (.learningRates, "1e-3::4", "has the end '', which is empty"),
      (.learningRates, "1:1e-3:4", "is reversed, so it holds nothing"),
      (.learningRates, "1e-3:2e-2:4", "does not reach its end"),
      (.learningRates, "1e308:1.79e308:2", "does not reach its end"),
      (.learningRates, "1e-3:1:100000", "too many to be meant: 72000240 trainings"),
      (.learningRates, "1e-3:1e-2:9999", "so fine that rates of 4 significant digits repeat"),
      (.optimizers, "adamm", "is no optimizer"), (.optimizers, "sgd,sgd", "is given twice"),
      (.inits, "xavier", "is no initialisation"), (.schedules, "cos", "is no schedule"),
      (.batches, "-1", "is out of range"), (.batches, "many", "is no whole number or range"),
      (.steps, "0", "is out of range"), (.steps, "1.5", "is no whole number"),
      (.steps, "100000000", "is out of range"), (.samples, "-3", "is out of range"),
      (.warmup, "-1", "is out of range"), (.inputs, "wite", "is no distribution of inputs"),
      (.inputs, "power:", "has no finite exponent"), (.lrRatio, "0", "is not above 0"),
      (.momentum, "1", "is not below 1"), (.momentum, "-0.5", "is below 0"),
      (.beta1, "1", "is not below 1"), (.beta2, "nan", "is not finite"),
      (.eps, "0", "is not above 0"), (.weightDecay, "-1", "is below 0"),
      (.record, "octave", "says no steps"), (.record, "every:0", "has no whole number from 1"),
      (.record, "3,x", "is no whole number or range"), (.divergence, "1", "is not above 1"),
      (.initSeed, "4294967296", "is out of range"), (.nesterov, "yes", "is neither true nor false"),
      (.steps, "10,20", "is a list"), (.sharpness, "", "is empty"),
    ])
  func refused(field: SpecField, text: String, problem: String) {
    var spec = TrainingSpec.signal
    let error = #expect(throws: SettingError.self) {
      try spec.set(field, to: ListText.items(text))
    }
    #expect(error?.field == field)
    #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    #expect(spec == .signal)
  }

  @Test(
    "A mistyped name is answered with the nearest known one",
    arguments: [
      (SpecField.optimizers, "adamm", "Did you mean adam? Known are sgd, adam, adamw"),
      (.optimizers, "sdg", "Did you mean sgd? Known are sgd, adam, adamw"),
      (.optimizers, "lion", "Known are sgd, adam, adamw"),
      (.inits, "kaimng", "Did you mean kaiming? Known are kaiming, gaussian, normal"),
      (.schedules, "cosin", "Did you mean cosine? Known are constant, linear, cosine"),
      (.inputs, "pwer:1", "Did you mean power:P? Known are white, power:P"),
      (.record, "octave", "Did you mean octaves? Known are octaves, every:N"),
    ])
  func nearest(field: SpecField, text: String, remedy: String) {
    var spec = TrainingSpec.signal
    let error = #expect(throws: SettingError.self) { try spec.set(field, to: [text]) }
    #expect(error?.remedy.hasPrefix(remedy) == true, "\(error?.remedy ?? "")")
  }

  @Test(
    "Settings that contradict each other are refused before anything is computed",
    arguments: [
      ([SpecField.batches: "0,8", .samples: "16"], SpecField.batches, "8", "beside samples 16"),
      ([.warmup: "301"], .warmup, "301", "longer than the training of 300 steps"),
      ([.momentum: "0.9", .optimizers: "adam,adamw"], .momentum, "0.9", "is sgd's"),
      ([.nesterov: "true"], .nesterov, "true", "needs a momentum"),
      ([.ranks: "65"], .ranks, "65", "is above min(d, k) = 64"),
      ([.inputs: "power:-200"], .inputs, "power:-200", "not finite"),
      (
        [.seeds: "0-99999", .learningRates: "1e-4:1:80"], .learningRates, "",
        "too big to be meant: 1540800000 trainings and about "
      ),
    ])
  func contradiction(
    fields: [SpecField: String], field: SpecField, value: String, problem: String
  ) throws {
    let spec = try TrainingSpec.signal(fields)
    let error = #expect(throws: SettingError.self) { _ = try TrainingGrid(spec) }
    #expect(error?.field == field)
    #expect(value.isEmpty || error?.value == value)
    #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
  }

  @Test("Warm-up as long as the training, and momentum beside adamw and sgd, are taken")
  func taken() throws {
    _ = try TrainingGrid(.signal([.warmup: "300"]))
    _ = try TrainingGrid(.signal([.momentum: "0.9", .nesterov: "true"]))
    _ = try TrainingGrid(.signal([.batches: "0,8"]))
    _ = try TrainingGrid(.signal([.samples: "8"]))
  }

  @Test("A shape whose training needs more memory than a worker has is refused with how much")
  func memory() throws {
    let spec = try TrainingSpec.signal([.shapes: "64x64,600x600", .ranks: "8"])
    let error = #expect(throws: SettingError.self) { _ = try TrainingGrid(spec, memory: 25e6) }
    #expect(error?.field == .shapes)
    #expect(error?.value == "600x600")
    #expect(error?.problem.contains("to train, and a worker may use 25 MB") == true)
    _ = try TrainingGrid(spec, memory: 100e6)
  }
}
