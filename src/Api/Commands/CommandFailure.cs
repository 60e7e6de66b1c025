using PyWharf.Domain;

namespace PyWharf.Api.Commands;

/// <summary>The end of a command that failed.</summary>
internal static class CommandFailure
{
    /// <summary>Writes one line to standard error.</summary>
    /// <returns>The exit code: 2 for wrong usage, such as a change of a group, which is read only; otherwise 1.</returns>
    public static async Task<int> WriteAsync(Failure failure)
    {
        await Console.Error.WriteLineAsync($"pywharf: {failure.Message}");

        return failure.Kind == FailureKind.NotAllowed ? 2 : 1;
    }
}
