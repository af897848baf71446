// Eigen's sparse products, to be timed beside others by compare_products.ts, which compiles this
// with -O3 -march=native. It reads the lines that scipy_products.py describes.
#include <Eigen/Dense>
#include <Eigen/Sparse>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

using Sparse = Eigen::SparseMatrix<float, Eigen::RowMajor, int>;
using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <typename T>
std::vector<T> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<T> all(file.tellg() / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(all.data()), all.size() * sizeof(T));
  return all;
}

struct Case {
  Sparse a;
  Dense b, d, forward, transposed;

  Case() = default;
  Case(const std::string& folder, int rows, int cols, int n) {
    const auto offsets = read<int>(folder + "/offsets");
    const auto columns = read<int>(folder + "/columns");
    const auto values = read<float>(folder + "/values");
    a = Eigen::Map<const Sparse>(rows, cols, values.size(), offsets.data(), columns.data(),
                                 values.data());
    b = Eigen::Map<const Dense>(read<float>(folder + "/forward").data(), cols, n);
    d = Eigen::Map<const Dense>(read<float>(folder + "/transposed").data(), rows, n);
    forward.resize(rows, n);
    transposed.resize(cols, n);
  }

  const Dense& multiply(const std::string& direction) {
    if (direction == "forward") {
      forward.noalias() = a * b;
      return forward;
    }
    transposed.noalias() = a.transpose() * d;
    return transposed;
  }
};

int main() {
  std::printf("Eigen %d.%d.%d\n", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
  std::fflush(stdout);
  Case current;
  for (std::string verb, first; std::cin >> verb >> first;) {
    if (verb == "load") {
      int rows, cols, n;
      std::cin >> rows >> cols >> n;
      current = Case(first, rows, cols, n);
      std::printf("ok");
    } else if (verb == "time") {
      int repeats;
      std::cin >> repeats;
      for (int i = 0; i < repeats; i++) {
        const auto start = std::chrono::steady_clock::now();
        current.multiply(first);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        std::printf("%s%.9f", i ? " " : "", seconds.count());
      }
    } else {
      std::string path;
      std::cin >> path;
      const Dense& c = current.multiply(first);
      std::ofstream(path, std::ios::binary)
          .write(reinterpret_cast<const char*>(c.data()), c.size() * sizeof(float));
      std::printf("ok");
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}
