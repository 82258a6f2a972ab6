// What C++ can do with exceptions, told line by line on standard output. Native builds say the same.
//
//   exceptions             everything that is caught
//   exceptions HOW         then ends by std::terminate: noexcept, destructor, rethrow, handler or uncaught

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <variant>
#include <vector>

#define NOINLINE [[gnu::noinline]]

namespace {

int live; // objects that have not been destroyed

class Tracer {
  public:
    explicit Tracer(const char *name, int number = 0) : name_(name), number_(number) { live++; }
    Tracer(const Tracer &other) : name_(other.name_), number_(other.number_ + 100) { live++; }
    ~Tracer()
    {
        live--;
        std::printf("  ~%s %d\n", name_, number_);
    }

  private:
    const char *name_;
    int number_;
};

struct Base {
    virtual ~Base() = default;
    virtual std::string say() const { return "base"; }
};
struct Left : virtual Base {
    int left = 1;
};
struct Right : virtual Base {
    int right = 2;
};
struct Both : Left, Right {
    std::string say() const override { return "both " + std::to_string(left + right); }
};

struct Private : private std::runtime_error {
    Private() : std::runtime_error("private") {}
};

NOINLINE void descend(int depth, const std::function<void()> &bottom)
{
    Tracer here("frame", depth);
    if (depth == 0) {
        bottom();
    } else {
        descend(depth - 1, bottom);
    }
    std::printf("  frame %d returns\n", depth);
}

void frames()
{
    std::puts("through frames");
    try {
        descend(4, [] { throw std::out_of_range("the bottom"); });
        std::puts("not reached");
    } catch (const std::invalid_argument &) {
        std::puts("wrong handler");
    } catch (const std::logic_error &error) {
        std::printf("caught %s\n", error.what());
    }
    descend(1, [] {});
}

void bases()
{
    std::puts("by base class");
    try {
        throw Both();
    } catch (const Right &right) {
        std::printf("right %d, %s\n", right.right, right.say().c_str());
    }
    try {
        throw Both();
    } catch (Base base) { // a copy, sliced
        std::printf("%s\n", base.say().c_str());
    }
    static Both both;
    try {
        throw &both;
    } catch (Left *left) {
        std::printf("pointer %s\n", left->say().c_str());
    }
    try {
        try {
            throw Private();
        } catch (const std::exception &) {
            std::puts("wrong handler");
        }
    } catch (const Private &) {
        std::puts("private");
    }
    try {
        throw nullptr;
    } catch (const char *text) {
        std::printf("null pointer %d\n", text == nullptr);
    }
}

NOINLINE int rethrows(int times)
{
    Tracer here("rethrows", times);
    try {
        if (times == 0) {
            throw std::string("a string");
        }
        return rethrows(times - 1);
    } catch (std::string &text) {
        text += "!";
        if (times < 3) {
            throw;
        }
        std::printf("%s\n", text.c_str());
        return static_cast<int>(text.size());
    }
}

void replaced()
{
    std::puts("replaced and nested");
    try {
        try {
            try {
                throw 1;
            } catch (int number) {
                Tracer here("inner");
                throw number + 0.5;
            }
        } catch (double number) {
            std::printf("now %g\n", number);
            std::throw_with_nested(std::runtime_error("outer"));
        }
    } catch (const std::exception &error) {
        std::printf("%s, for\n", error.what());
        try {
            std::rethrow_if_nested(error);
        } catch (double number) {
            std::printf("%g\n", number);
        }
    }
    std::exception_ptr kept;
    try {
        throw std::domain_error("kept");
    } catch (...) {
        kept = std::current_exception();
    }
    for (int i = 0; i < 2; i++) {
        try {
            std::rethrow_exception(kept);
        } catch (const std::domain_error &error) {
            std::printf("%s %d\n", error.what(), std::current_exception() == kept);
        }
    }
}

class Member {
  public:
    Member(int number, bool fails) : tracer_("member", number)
    {
        if (fails) {
            throw number;
        }
    }

  private:
    Tracer tracer_;
};

class Whole {
  public:
    explicit Whole(int fails) try : first_(1, fails == 1), second_(2, fails == 2) {
        if (fails == 3) {
            throw 3;
        }
    } catch (int number) {
        std::printf("function's handler %d\n", number);
        throw std::to_string(number);
    }

  private:
    Member first_;
    Member second_;
};

void constructors()
{
    std::puts("in constructors");
    for (int fails = 0; fails <= 3; fails++) {
        try {
            auto whole = std::make_unique<Whole>(fails);
            std::puts("made");
        } catch (const std::string &text) {
            std::printf("failed %s\n", text.c_str());
        }
    }
    static int made;
    struct Element {
        Element() : number(made++)
        {
            if (number == 2) {
                throw number;
            }
        }
        ~Element() { std::printf("  ~element %d\n", number); }
        int number;
    };
    try {
        std::unique_ptr<Element[]> elements(new Element[4]);
    } catch (int number) {
        std::printf("element %d\n", number);
    }
    for (int i = 0; i < 2; i++) {
        try {
            static Tracer once = [&] { return i == 0 ? throw i : Tracer("static", 7); }();
            std::puts("initialised");
        } catch (int) {
            std::puts("not initialised");
        }
    }
}

NOINLINE int leaves(int how)
{
    Tracer outer("outer", how);
    for (int i = 0;; i++) {
        Tracer inner("inner", i);
        try {
            Tracer innermost("innermost", i);
            switch (how) {
                case 0: return i;
                case 1: if (i == 1) goto out; continue;
                case 2: if (i == 1) break; throw i;
                default: throw std::make_pair(how, i);
            }
            return 10 + i;
        } catch (int) {
            std::puts("goes on");
        }
    }
out:
    return 20;
}

void ways_out()
{
    std::puts("ways out of a try");
    for (int how = 0; how < 4; how++) {
        try {
            std::printf("%d\n", leaves(how));
        } catch (std::pair<int, int> pair) {
            std::printf("pair %d %d\n", pair.first, pair.second);
        }
    }
}

class Unwinding {
  public:
    ~Unwinding()
    {
        std::printf("  uncaught %d", std::uncaught_exceptions());
        try { // an exception of its own while another is on its way
            throw std::length_error("own");
        } catch (const std::exception &error) {
            std::printf(" %s %d\n", error.what(), std::uncaught_exceptions());
        }
    }
};

void while_unwinding()
{
    std::puts("while unwinding");
    try {
        Unwinding first;
        Unwinding second;
        throw 'c';
    } catch (char letter) {
        std::printf("%c %d\n", letter, std::uncaught_exceptions());
    }
}

int compare(const void *a, const void *b)
{
    int left, right;
    std::memcpy(&left, a, sizeof left);
    std::memcpy(&right, b, sizeof right);
    if (left == 13 || right == 13) {
        throw std::runtime_error("superstition");
    }
    return left - right;
}

void library()
{
    std::puts("through the library and C");
    std::vector<int> numbers(50);
    std::iota(numbers.begin(), numbers.end(), 0);
    try {
        std::qsort(numbers.data(), numbers.size(), sizeof numbers[0], compare);
    } catch (const std::exception &error) {
        std::puts(error.what());
    }
    try {
        std::for_each(numbers.begin(), numbers.end(), [](int number) {
            if (number * number > 600) {
                throw number;
            }
        });
    } catch (int number) {
        std::printf("%d\n", number);
    }
    try {
        (void)numbers.at(50);
    } catch (const std::out_of_range &) {
        std::puts("out of range");
    }
    try {
        std::map<std::string, int> map{{"a", 1}};
        (void)map.at("b");
    } catch (const std::exception &error) {
        std::puts(dynamic_cast<const std::out_of_range *>(&error) != nullptr ? "no such key" : "?");
    }
    try {
        std::variant<int, std::string> either("text");
        (void)std::get<int>(either);
    } catch (const std::bad_variant_access &) {
        std::puts("bad variant access");
    }
    try {
        std::function<void()>()();
    } catch (const std::bad_function_call &) {
        std::puts("bad function call");
    }
    Base base;
    try {
        (void)dynamic_cast<Left &>(base);
    } catch (const std::bad_cast &) {
        std::puts("bad cast");
    }
    std::istringstream stream("x");
    int number = 5;
    stream >> number;
    std::cout << "stream " << stream.fail() << ' ' << number << std::endl;
}

// Values in registers, on the stack and in memory are what they were at the throw.
NOINLINE double accumulates(int rounds)
{
    long long integer = 1;
    double real = 0.5;
    float small = 1;
    unsigned bits = 0x12345678;
    int caught = 0;
    for (int i = 0; i < rounds; i++) {
        try {
            integer = integer * 31 + i;
            if (i % 7 == 3) {
                throw i;
            }
            real += static_cast<double>(integer % 1000) / 8;
            if (i % 11 == 5) {
                throw real;
            }
            bits = bits << 5 | bits >> 27;
        } catch (int number) {
            caught += number;
            small *= 1.0009765625F;
            bits ^= static_cast<unsigned>(integer);
        } catch (double number) {
            real = number - 0.25;
            caught++;
        }
    }
    return real + static_cast<double>(integer % 100000) + static_cast<double>(small) + bits % 1000 + caught;
}

void many()
{
    std::puts("many");
    std::printf("%.17g\n", accumulates(200000));
    int sum = 0;
    for (int i = 0; i < 100000; i++) {
        try {
            try {
                throw std::string(static_cast<std::size_t>(i % 40), 'x');
            } catch (const std::string &) {
                throw;
            }
        } catch (const std::string &text) {
            sum += static_cast<int>(text.size());
        }
    }
    std::printf("%d\n", sum);
}

void fails() noexcept
{
    descend(1, [] { throw 5; });
}

struct Fails {
    ~Fails() noexcept(false) { throw 6; }
};

[[noreturn]] void terminated()
{
    std::puts("terminated");
    std::fflush(stdout);
    std::_Exit(3);
}

void end(const std::string &how)
{
    if (how == "handler") {
        std::set_terminate(terminated);
        fails();
    } else if (how == "noexcept") {
        fails();
    } else if (how == "destructor") {
        try {
            Fails object;
            throw 5;
        } catch (int) {
            std::puts("not reached");
        }
    } else if (how == "rethrow") {
        throw;
    } else if (how == "uncaught") {
        throw std::runtime_error("uncaught");
    }
}

} // namespace

int main(int count, char **arguments)
{
    frames();
    bases();
    std::puts("rethrown");
    std::printf("%d\n", rethrows(4));
    replaced();
    constructors();
    ways_out();
    while_unwinding();
    library();
    many();
    std::printf("%d alive\n", live);
    std::fflush(stdout);
    if (count > 1) {
        end(arguments[1]);
    }
    return 0;
}
