namespace PyWharf.Infrastructure.Storage;

/// <summary>The database that servers share can't be used now. What represents it has logged why, once per trouble.</summary>
/// <param name="message">Why, without the password.</param>
/// <param name="inner">The exception of the driver; null where the database was not asked again.</param>
internal sealed class DatabaseUnavailableException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Whether it can be used, and a change has waited for others in vain.</summary>
    public bool IsBusy { get; init; }
}
