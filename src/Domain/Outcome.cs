using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>A result that may be a <see cref="Domain.Failure"/>; lets pipeline behaviors create failures without knowing the value's type.</summary>
public interface IOutcome<TSelf>
    where TSelf : IOutcome<TSelf>
{
    /// <summary>Null on success.</summary>
    Failure? Failure { get; }

    /// <summary>Creates a failed result.</summary>
    static abstract TSelf Fail(Failure failure);
}

/// <summary>A value or a failure. Exceptions are for bugs and infrastructure faults only.</summary>
public readonly struct Outcome<T> : IOutcome<Outcome<T>>
{
    private readonly T? _value;

    private Outcome(T? value, Failure? failure)
    {
        _value = value;
        Failure = failure;
    }

    /// <inheritdoc/>
    public Failure? Failure { get; }

    /// <summary>The value; throws if there is a <see cref="Failure"/>.</summary>
    public T Value => Failure is null
        ? _value! // set by the only constructor that leaves Failure null
        : throw new InvalidOperationException($"There is no value: {Failure.Message}");

    /// <summary>Converts a value to a successful outcome.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Outcome.Of and IOutcome.Fail are the named ones.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>Converts a failure to a failed outcome.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Outcome.Of and IOutcome.Fail are the named ones.")]
    public static implicit operator Outcome<T>(Failure failure) => new(default, failure);

    static Outcome<T> IOutcome<Outcome<T>>.Fail(Failure failure) => new(default, failure);
}

/// <summary>Creates outcomes of interface types, which have no implicit conversion.</summary>
public static class Outcome
{
    /// <summary>Creates a successful outcome.</summary>
    public static Outcome<T> Of<T>(T value) => value;
}
