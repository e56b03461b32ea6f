/// The optimizers, as in `torch.optim`.
package enum Optimizer: String, NamedSetting {
  /// θ −= η·g, optionally with momentum and Nesterov's; weight decay is g += λθ.
  case sgd
  /// Kingma & Ba 2015, "Adam"; weight decay is g += λθ.
  case adam
  /// Loshchilov & Hutter 2019, "Decoupled Weight Decay Regularization": weight decay is θ *= 1 − ηλ.
  case adamw

  /// The name of its kind in messages.
  package static let kind = "optimizer"
}

/// How the factor A is drawn; B starts at 0.
package enum FactorInit: String, NamedSetting {
  /// U(−1/√k, 1/√k): PEFT's default, `kaiming_uniform_(a=√5)`.
  case kaiming
  /// N(0, 1/r²): PEFT's `init_lora_weights="gaussian"`.
  case gaussian
  /// N(0, 1/k): what LoRA+ (Hayou et al. 2024) and μA analyse.
  case normal

  /// The name of its kind in messages.
  package static let kind = "initialisation"

  /// The variance of an entry of A, for rank r and k columns.
  package func variance(rank: Int, k: Int) -> Double {
    switch self {
    case .kaiming: 1 / (3 * Double(k))
    case .gaussian: 1 / (Double(rank) * Double(rank))
    case .normal: 1 / Double(k)
    }
  }
}
