#include "CFactorLoops.h"

#if defined(__x86_64__)
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

// Sums run in this many parts, which the compiler keeps in vector registers.
#define PARTS 16

FOR_EVERY_PROCESSOR
void lorabook_sgd(long count, double *restrict theta, const double *restrict gradient, double rate, double decay) {
  if (decay == 0) {
    for (long i = 0; i < count; i++) theta[i] -= rate * gradient[i];
  } else {
    for (long i = 0; i < count; i++) theta[i] -= rate * (gradient[i] + decay * theta[i]);
  }
}

FOR_EVERY_PROCESSOR
void lorabook_sgd_momentum(long count, double *restrict theta, const double *restrict gradient, double *restrict v,
                           double rate, double decay, double momentum, int nesterov, int is_first) {
  double kept = is_first ? 0 : momentum;
  double own = nesterov ? 1 : 0;
  double carried = nesterov ? momentum : 1;
  for (long i = 0; i < count; i++) {
    double g = gradient[i] + decay * theta[i];
    v[i] = kept * v[i] + g;
    theta[i] -= rate * (own * g + carried * v[i]);
  }
}

FOR_EVERY_PROCESSOR
void lorabook_adam(long count, double *restrict theta, const double *restrict gradient, double *restrict m,
                   double *restrict v, double shrink, double decay, double beta1, double beta2, double rate,
                   double root, double eps) {
  for (long i = 0; i < count; i++) {
    double t = theta[i] * shrink;
    double g = gradient[i] + decay * t;
    double mean = m[i] + (1 - beta1) * (g - m[i]);
    double square = beta2 * v[i] + (1 - beta2) * (g * g);
    m[i] = mean;
    v[i] = square;
    theta[i] = t - rate * (mean / (__builtin_elementwise_sqrt(square) * root + eps));
  }
}

FOR_EVERY_PROCESSOR
double lorabook_dot(long count, const double *a, const double *b) {
  double parts[PARTS] = {0};
  long i = 0;
  for (; i + PARTS <= count; i += PARTS) {
    for (int p = 0; p < PARTS; p++) parts[p] += a[i + p] * b[i + p];
  }
  double sum = 0;
  for (; i < count; i++) sum += a[i] * b[i];
  for (int p = 0; p < PARTS; p++) sum += parts[p];
  return sum;
}

FOR_EVERY_PROCESSOR
void lorabook_scale_columns(long rows, long columns, const double *restrict a, const double *restrict weights,
                            double *restrict out) {
  for (long row = 0; row < rows; row++) {
    for (long i = 0; i < columns; i++) out[row * columns + i] = a[row * columns + i] * weights[i];
  }
}

// Four numbers at once; a processor without such registers takes them in halves.
typedef double vector __attribute__((vector_size(32)));
#define LANES 4

// Macros, because a function that takes or gives such a vector has another ABI on each processor.
typedef double unaligned_vector __attribute__((vector_size(32), aligned(8), may_alias));
#define LOAD(start) (*(const unaligned_vector *)(start))
#define TOTAL(v) (((v)[0] + (v)[1]) + ((v)[2] + (v)[3]))

FOR_EVERY_PROCESSOR
void lorabook_add_distances(long columns, const double *w, const double *n, const double *after, double s,
                            const double *weights, struct lorabook_distances *sums) {
  vector adapter = {0}, residual = {0}, loss = {0}, pull = {0}, change = {0}, gain = {0}, residual_after = {0};
  if (!after) after = n;
  long whole = columns - columns % LANES;
  if (weights) {
    for (long i = 0; i < whole; i += LANES) {
      vector before = LOAD(n + i), next = LOAD(after + i), target = LOAD(w + i), weight = LOAD(weights + i);
      vector m = target - s * before, m_after = target - s * next, c = next - before, wm = weight * m;
      adapter += before * before;
      residual += m * m;
      loss += wm * m;
      pull += wm * wm;
      change += c * c;
      gain += c * wm;
      residual_after += weight * (m_after * m_after);
    }
  } else {
    for (long i = 0; i < whole; i += LANES) {
      vector before = LOAD(n + i), next = LOAD(after + i), target = LOAD(w + i);
      vector m = target - s * before, m_after = target - s * next, c = next - before;
      adapter += before * before;
      residual += m * m;
      change += c * c;
      gain += c * m;
      residual_after += m_after * m_after;
    }
  }
  for (long i = whole; i < columns; i++) {
    double m = w[i] - s * n[i], m_after = w[i] - s * after[i], c = after[i] - n[i];
    double wm = weights ? weights[i] * m : m;
    sums->adapter += n[i] * n[i];
    sums->residual += m * m;
    sums->loss += wm * m;
    sums->pull += wm * wm;
    sums->change += c * c;
    sums->gain += c * wm;
    sums->residual_after += (weights ? weights[i] : 1) * (m_after * m_after);
  }
  sums->adapter += TOTAL(adapter);
  sums->residual += TOTAL(residual);
  sums->loss += TOTAL(loss);
  sums->pull += TOTAL(pull);
  sums->change += TOTAL(change);
  sums->gain += TOTAL(gain);
  sums->residual_after += TOTAL(residual_after);
  if (!weights) sums->loss = sums->pull = sums->residual;
}
