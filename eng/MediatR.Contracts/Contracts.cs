using System;
using System.Threading.Tasks;

namespace MediatR;

/// <summary>Anything that can be sent to a handler.</summary>
public interface IBaseRequest;

/// <summary>A request that is answered with nothing.</summary>
public interface IRequest : IBaseRequest;

/// <summary>A request that is answered with a <typeparamref name="TResponse"/>.</summary>
public interface IRequest<out TResponse> : IBaseRequest;

/// <summary>A request that is answered with a stream of <typeparamref name="TResponse"/>.</summary>
public interface IStreamRequest<out TResponse>;

/// <summary>Something that happened, told to any number of handlers.</summary>
public interface INotification;

/// <summary>The type with one value, for answers that carry nothing.</summary>
public readonly struct Unit : IEquatable<Unit>, IComparable<Unit>, IComparable
{
    private static readonly Unit OnlyValue;

    /// <summary>The one value.</summary>
    public static ref readonly Unit Value => ref OnlyValue;

    /// <summary>A finished task of the one value.</summary>
    public static Task<Unit> Task { get; } = System.Threading.Tasks.Task.FromResult(OnlyValue);

    /// <inheritdoc/>
    public int CompareTo(Unit other) => 0;

    int IComparable.CompareTo(object? obj) => 0;

    /// <inheritdoc/>
    public bool Equals(Unit other) => true;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Unit;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <inheritdoc/>
    public override string ToString() => "()";

    /// <summary>All values are equal.</summary>
    public static bool operator ==(Unit left, Unit right) => true;

    /// <summary>All values are equal.</summary>
    public static bool operator !=(Unit left, Unit right) => false;

    /// <summary>No value is smaller than another.</summary>
    public static bool operator <(Unit left, Unit right) => false;

    /// <summary>No value is greater than another.</summary>
    public static bool operator >(Unit left, Unit right) => false;

    /// <summary>All values are equal.</summary>
    public static bool operator <=(Unit left, Unit right) => true;

    /// <summary>All values are equal.</summary>
    public static bool operator >=(Unit left, Unit right) => true;
}
