// The loops over a training's numbers that BLAS does not have, compiled for the vector units of the processor at hand:
// Swift compiles for the oldest one of its kind. Arrays that are written overlap no other.
#ifndef LORABOOK_FACTOR_LOOPS_H
#define LORABOOK_FACTOR_LOOPS_H

// One update of `count` entries by torch's SGD: g += decay·theta; theta -= rate·g.
void lorabook_sgd(long count, double *theta, const double *gradient, double rate, double decay);

// The same with momentum: v = g where `is_first`, else momentum·v + g; then theta -= rate·v, or
// theta -= rate·(g + momentum·v) where `nesterov`.
void lorabook_sgd_momentum(long count, double *theta, const double *gradient, double *v, double rate, double decay,
                           double momentum, int nesterov, int is_first);

// One update by torch's Adam: theta *= shrink; g += decay·theta; m += (1 - beta1)(g - m);
// v = beta2·v + (1 - beta2)·g²; theta -= rate·m/(√v·root + eps), where `rate` and `root` have the bias corrections.
void lorabook_adam(long count, double *theta, const double *gradient, double *m, double *v, double shrink, double decay,
                   double beta1, double beta2, double rate, double root, double eps);

// Σ a·b.
double lorabook_dot(long count, const double *a, const double *b);

// out = a·diag(weights) of a matrix of `rows` rows and `columns` columns, by rows.
void lorabook_scale_columns(long rows, long columns, const double *a, const double *weights, double *out);

// What a row of a curve needs of M = W - s·N, by rows, where N = BA before an update and `after` = BA after it.
struct lorabook_distances {
  double adapter;        // Σ N²
  double residual;       // Σ M²
  double loss;           // Σ λ M²
  double pull;           // Σ (λM)²
  double change;         // Σ (N' - N)²
  double gain;           // Σ (N' - N)·λM
  double residual_after; // Σ λ (W - s·N')²
};

// Adds one row of `columns` entries; `weights` is λ, or NULL for ones, `after` NULL where no update follows.
void lorabook_add_distances(long columns, const double *w, const double *n, const double *after, double s,
                            const double *weights, struct lorabook_distances *sums);

#endif
