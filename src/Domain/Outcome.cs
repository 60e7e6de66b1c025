using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>An answer that may be a <see cref="Domain.Failure"/>; lets a pipeline make one without knowing the value's type.</summary>
public interface IOutcome<TSelf>
    where TSelf : IOutcome<TSelf>
{
    /// <summary>Null when it went well.</summary>
    Failure? Failure { get; }

    /// <summary>The answer that says so.</summary>
    static abstract TSelf Fail(Failure failure);
}

/// <summary>A value, or the reason why there is none. Exceptions are left to bugs and to broken infrastructure.</summary>
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

    /// <summary>The value; only to be asked for after <see cref="Failure"/> was seen to be null.</summary>
    public T Value => Failure is null
        ? _value! // set by the only constructor that leaves Failure null
        : throw new InvalidOperationException($"There is no value: {Failure.Message}");

    /// <summary>A value is an outcome that went well.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Outcome.Of and IOutcome.Fail are the named ones.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A failure is an outcome that did not.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Outcome.Of and IOutcome.Fail are the named ones.")]
    public static implicit operator Outcome<T>(Failure failure) => new(default, failure);

    static Outcome<T> IOutcome<Outcome<T>>.Fail(Failure failure) => new(default, failure);
}

/// <summary>Makes outcomes where the compiler cannot convert by itself (interfaces).</summary>
public static class Outcome
{
    /// <summary>An outcome that went well.</summary>
    public static Outcome<T> Of<T>(T value) => value;
}
