#include "CFactorLoops.h"

#include <math.h>
#include <stddef.h>

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
    theta[i] = t - rate * (mean / (sqrt(square) * root + eps));
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

// Sums of a row in four parts each.
#define LANES 4

FOR_EVERY_PROCESSOR
void lorabook_add_distances(long columns, const double *w, const double *n, const double *after, double s,
                            const double *weights, struct lorabook_distances *sums) {
  double adapter[LANES] = {0}, residual[LANES] = {0}, loss[LANES] = {0}, pull[LANES] = {0}, change[LANES] = {0},
         gain[LANES] = {0}, residual_after[LANES] = {0};
  if (!after) after = n;
  for (long i = 0; i < columns; i += LANES) {
    long lanes = columns - i < LANES ? columns - i : LANES;
    if (lanes == LANES && !weights) {
      for (int p = 0; p < LANES; p++) {
        double one = n[i + p], m = w[i + p] - s * one, c = after[i + p] - one, m_after = w[i + p] - s * after[i + p];
        adapter[p] += one * one;
        residual[p] += m * m;
        change[p] += c * c;
        gain[p] += c * m;
        residual_after[p] += m_after * m_after;
      }
    } else {
      for (long p = 0; p < lanes; p++) {
        double one = n[i + p], m = w[i + p] - s * one, c = after[i + p] - one, m_after = w[i + p] - s * after[i + p];
        double weight = weights ? weights[i + p] : 1;
        adapter[p] += one * one;
        residual[p] += m * m;
        loss[p] += weight * (m * m);
        pull[p] += (weight * m) * (weight * m);
        change[p] += c * c;
        gain[p] += c * (weight * m);
        residual_after[p] += weight * (m_after * m_after);
      }
    }
  }
  for (int p = 0; p < LANES; p++) {
    sums->adapter += adapter[p];
    sums->residual += residual[p];
    sums->loss += loss[p];
    sums->pull += pull[p];
    sums->change += change[p];
    sums->gain += gain[p];
    sums->residual_after += residual_after[p];
  }
  if (!weights) sums->loss = sums->pull = sums->residual;
}
