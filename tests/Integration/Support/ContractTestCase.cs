using Xunit.Abstractions;
using Xunit.Sdk;

namespace PyWharf.Integration.Support;

/// <summary>A test of a contract in one of the classes that derive from it.</summary>
public sealed class ContractTestCase : XunitTestCase
{
    /// <summary>For the deserializer of test cases.</summary>
    [Obsolete("Only the deserializer of test cases calls this.")]
    public ContractTestCase()
    {
    }

    /// <summary>The test.</summary>
    public ContractTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions displayOptions, ITestMethod method)
        : base(diagnostics, display, displayOptions, method)
    {
    }

    /// <inheritdoc/>
    protected override string GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.GetCustomAttributes(typeof(RequiresAttribute).AssemblyQualifiedName).FirstOrDefault() is ReflectionAttributeInfo { Attribute: RequiresAttribute requires }
            ? Requirement.Unmet(requires.Needs)!
            : base.GetSkipReason(factAttribute);
}
