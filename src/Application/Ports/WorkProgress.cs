namespace PyWharf.Application.Ports;

/// <summary>How far a long piece of work is.</summary>
/// <param name="Done">Items done.</param>
/// <param name="Total">Items in all; 0 while that is unknown.</param>
public readonly record struct WorkProgress(long Done, long Total);
