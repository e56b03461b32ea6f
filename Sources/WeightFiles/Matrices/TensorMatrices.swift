import LoRASpectra

/// The matrices that a tensor of any dimensions is measured as: d × (rest), or slice by slice for experts.
package struct TensorMatrices: Sendable {
  /// The tensor.
  package let tensor: StoredTensor
  private let format: FloatFormat
  /// How many matrices there are, each with a name of its own.
  package let count: Int
  /// d×k of each.
  package let shape: Shape
  /// Whether each matrix is a slice of a three-dimensional tensor.
  package let isSliced: Bool

  /// - Throws: `LeftOutReason` where the tensor is not measured.
  package init(_ tensor: StoredTensor) throws(LeftOutReason) {
    if let reason = TensorMatrices.reasonLeftOut(tensor) { throw LeftOutReason(reason) }
    self.init(checked: tensor)
  }

  /// The matrices of a tensor that has no reason to be left out.
  init(checked tensor: StoredTensor) {
    let sides = TensorMatrices.sides(tensor.dimensions, name: tensor.name)
    self.tensor = tensor
    format = tensor.type.format ?? .f32
    count = sides.count
    shape = sides.shape
    isSliced = sides.isSliced
  }

  /// Why a tensor is not measured; nil where it is. Reads on from its name.
  package static func reasonLeftOut(_ tensor: StoredTensor) -> String? {
    if let reason = tensor.type.reasonLeftOut { return reason }
    let dimensions = tensor.dimensions
    guard dimensions.count >= 2 else {
      return dimensions.isEmpty
        ? "is a scalar, no matrix" : "has one dimension (\(dimensions[0])), so no spectrum"
    }
    guard dimensions.allSatisfy({ $0 > 0 }) else { return "is empty (\(tensor.dimensionText))" }
    let sides = sides(dimensions, name: tensor.name)
    guard sides.shape.longer <= longestSide else {
      return "is \(sides.shape): a side beyond \(longestSide), the longest that LAPACK counts"
    }
    guard sides.count <= mostSlices else {
      return "has \(sides.count) slices, beyond \(mostSlices)"
    }
    guard !(sides.isSliced && tensor.isFortranOrder) else {
      return "has its experts in Fortran order: save it with numpy.ascontiguousarray"
    }
    return nil
  }

  /// LAPACK's integers are 32 bits wide.
  package static let longestSide = Int(Int32.max)
  /// No model has as many experts in a layer.
  package static let mostSlices = 65_536

  /// None overflows: the product of all dimensions was checked.
  private static func sides(
    _ dimensions: [Int], name: String
  ) -> (count: Int, shape: Shape, isSliced: Bool) {
    guard dimensions.count == 3, isOfExperts(name) else {
      return (
        1, Shape(d: dimensions.first ?? 1, k: dimensions.dropFirst().reduce(1, *)), false
      )
    }
    return (dimensions[0], Shape(d: dimensions[1], k: dimensions[2]), true)
  }

  /// The module's name: `conv`, `experts.up_proj[3]`.
  package func name(of index: Int) -> String {
    let name = moduleName(ofTensor: tensor.name)
    return isSliced ? "\(name)[\(index)]" : name
  }

  /// The matrix at an index of 0 ..< count.
  ///
  /// In Fortran order the columns of a tensor of more than two dimensions come in another order, which
  /// no singular value depends on.
  package subscript(index: Int) -> StoredMatrix {
    StoredMatrix(
      tensor, format, shape: shape,
      dimensions: isSliced ? [shape.d, shape.k] : tensor.dimensions,
      first: index * shape.d * shape.k,
      rowStride: tensor.isFortranOrder ? 1 : shape.k,
      columnStride: tensor.isFortranOrder ? shape.d : 1)
  }
}

/// Why something is not measured.
package struct LeftOutReason: Error, Equatable {
  /// Reads on from the name.
  package let text: String

  init(_ text: String) { self.text = text }
}

/// Whether a name is one of a mixture of experts, whose tensors of three dimensions are matrices side by side; others
/// of three dimensions are convolutions.
func isOfExperts(_ name: String) -> Bool {
  name.split(separator: ".").contains {
    let part = $0.lowercased()
    return part.contains("expert") || part == "moe" || part.hasSuffix("_moe")
  }
}
